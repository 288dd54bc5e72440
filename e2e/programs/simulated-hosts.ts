/** Serves hosts that do not exist until it is ended: `node --import tsx e2e/programs/simulated-hosts.ts [COUNT] [PORT]`. */
import { simulateHosts } from '../simulated-hosts.ts';

const [count = '1000', port = '0'] = process.argv.slice(2);
const { url } = await simulateHosts(Number(count), { port: Number(port) });
console.log(url);
