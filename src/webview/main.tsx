import { render } from 'preact';
import { App } from './App.js';
import { connect, readBootstrap } from './host.js';
import { registerToolkit } from './toolkit/index.js';
import './styles/index.css';

registerToolkit();
const root = document.getElementById('app');
if (root) render(<App host={connect()} bootstrap={readBootstrap()} />, root);
