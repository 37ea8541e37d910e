import { App, Chart } from 'cdk8s';
import {
  DatabaseCredentials,
  DatabaseEndpoint,
  DatabaseMigration,
  DatabasePeer,
  MigrationSource,
} from 'drizzle-gate';

const app = new App();

// Name and namespace are part of what was sealed: printf %s "$PASSWORD" | kubeseal --raw --namespace orders --name orders-db
new DatabaseMigration(new Chart(app, 'orders', { namespace: 'orders' }), 'Migration', {
  image: 'registry.example.com/orders/schema:1.4.2',
  migrations: MigrationSource.fromImage(),
  endpoint: DatabaseEndpoint.of({ peers: [DatabasePeer.ipBlock('10.0.0.0/24')], host: 'db.example.com' }),
  credentials: DatabaseCredentials.fromSealedSecret({
    name: 'orders-db',
    // Replace them: nobody has the key of the controller that these were sealed for.
    encryptedData: {
      PGUSER:
        'AgAGQdVYvujlHV2L8OUwm88+ffez1H9gQZnW7BXyD4LGs4i5nzh/+u/xNvk7VQgmCqN//acpnjvGFI7g4SpnbkITWQcMFrMwEbAWnvVx5hhxFtGMtjnr1W56Odn4QESHAZPixkKDDAK02z8HUjIeYB87aXOVNGM48BiIvudmNddgcHFzpDZPqy0rbxeYl+jvnf0We/OFkwT5UH5ifEzui/0xsR4V4nc/XcEU3wMrL65V3oErVVvjBCMulpZj8XIlFBAAlNhzHROxcM7bDg2hkjirvuzLr8u6SYU5gK7yqNAbI5PUHQ50G9YOeNKAIAer6b5bpDqhP2vAc7UeBHG+fF0J6+TLkg8sIbVwOe9L+/z75Xll2RXjgQZWXCiHNspAWuCsoKmIdb+7tG99R1AP7/cVyFyvzqzBCy6NJ1yAw4l66ndGvzks/hx4oNyGxusjO3UKL21s2pAwaczvqtw5zbUANmHaUajZGC5Rgu3dFQraubw4Yvyr36dN23gx2fOEM3Gd0nDkIrWwHFrHjzWk+8YR080QxmQgL61XfWr3oQPyGmx13AbH5cdtS9IPz8zNlzIAxUsGAu3aiEgyiYRmfpjc2FR1rasW5hCDAiNAlrCEPYRlNac8EkfVKDeiW8Ln7DdKf0NvQBkKg3freC+T9tB2yfIkGpiQHhu2y2y+hF44dVoonldrnqTSX3M/yo+4h9jdYDMRoFIW0g==',
      PGPASSWORD:
        'AgC14TG/XAw2PBQSYhIZSGMPsYghCHa2DsZJhxGr31uQnrOumSflKzvALnWggPZ80q6dUpFsW8Y+cYMa74yGadVqZpxM/m32hOHwxTDzcwVPkT1ockguC/ASEmVkgw64ahVNHo+UWYTN0jFuGbehItK0XHtzWNy3BkGOYyZKB+t3VwfMYlHIQFjLacPzpkK9+npUiS+/wUf+hJvliaXc7bUq37z1Zdb7r7Y4+C01Cl1Dd7/hb6laeaAZvjO7Qsbv3dQvemnHyDs7HT6wTnOS5vw1ectnI8saWwIdZTdJ2BfLDU7KxwIcWFORyTF6quQDHnPJSO7GrwTGmjCg+Q1Pr36HwP6tDf81Up3dIMSOxietPvg05i5z/zZhGcj3kAgi6svcVZ1eUSkG7QFE8nN6nO9tfYjIOoNDSAdCkcTwbXZJ7luwCC13lRjkL3j4DcrkB/pu0upF/u10unWmN5nhIpjff0vwf9c6aBbdshxbhvLf/wwOEKmI4mdu5iyFBMYibN2/X6O00qyiqJXG/lsUqfhK56Zox96/K/GkuJhIW9vft8kp5QIQ9lacgGSXPjfSZBPwT3PEAIyub0GJ7opv70us0+44K3Yungn0gCsmyNRsJERq4k4OXFrm9xPzPc90EB3rnQVFOjxkkaUfJERyGTiqe8oLXHNIS7znCM9uMydTIdX4NUBsy0u2+nkxgiqyeMqP07130oyWHt1S18xVypsVHtBkTJ2N21arRA==',
    },
    keys: { database: 'orders' },
  }),
});

app.synth();
