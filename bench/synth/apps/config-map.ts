import { App, Chart } from 'cdk8s';
import { ConfigMap } from 'cdk8s-plus-28';

const app = new App();
new ConfigMap(new Chart(app, 'settings'), 'Settings', { data: { LOG_LEVEL: 'info' } });
app.synth();
