/** Settings of V8 for an agent that is to cost little and mostly has little to do (docs/decisions/0017). In force when it is imported. */
import { setFlagsFromString } from 'node:v8';

// In bytes of bytecode that one function has run. V8's own, 66 or 132 KB, is for programs that are in a hurry.
setFlagsFromString('--interrupt-budget=10000000');
