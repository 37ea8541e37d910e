import { App, Chart } from 'cdk8s';
import { ConfigMap, Job, NetworkPolicy, Role, RoleBinding, ServiceAccount } from 'cdk8s-plus-28';
import { SERVICE } from './service-name';

/**
 * The same number of objects, and as many dependencies, with cdk8s-plus alone: what cdk8s itself takes for a chart for
 * each service in one App.
 */
const [, , count] = process.argv;
const app = new App();
for (let index = 0; index < Number(count); index += 1) {
  const service = SERVICE(index);
  const chart = new Chart(app, service, { namespace: service });
  const account = new ServiceAccount(chart, 'Account', { metadata: { name: service } });
  const role = new Role(chart, 'Role', { metadata: { name: service } });
  const binding = new RoleBinding(chart, 'Binding', { metadata: { name: service }, role });
  const scripts = new ConfigMap(chart, 'Scripts', { metadata: { name: service }, data: { a: 'b' } });
  const policy = new NetworkPolicy(chart, 'Policy', { metadata: { name: service } });
  const job = new Job(chart, 'Job', {
    metadata: { name: service },
    serviceAccount: account,
    initContainers: [{ name: 'check', image: `registry.example.com/${service}:1.4.2` }],
    containers: [{ name: 'migrate', image: `registry.example.com/${service}:1.4.2` }],
  });
  role.node.addDependency(account);
  binding.node.addDependency(role);
  for (const part of [account, role, binding, scripts, policy]) job.node.addDependency(part);
}
app.synth();
