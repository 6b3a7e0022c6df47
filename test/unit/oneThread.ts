// As many tests run at a time as there are cores: threads of their own would only wait for each other.
import { useThreads } from '../../src/engine/runtime/threads.js';

useThreads(1);
