/** The agent with the collectors of the basic subjects only (`node basic-agent.js --port PORT`). */
import { startAgent } from '../../agent/agent.ts';
import { readConfig } from '../../agent/cli/read-config.ts';
import { createLog } from '../../agent/log.ts';
import { basicCollectors } from '../sampling/ways.ts';

const config = readConfig(process.argv);
await startAgent(config, await createLog(config.logLevel), { collectors: basicCollectors() });
