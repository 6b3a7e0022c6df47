import { render } from 'preact';
import { keepFocus } from './common/keepFocus.js';
import { App } from './App.js';
import { connectPanel, panelBootstrap } from './panelHost.js';
import { registerToolkit } from './toolkit/index.js';
import './styles/index.css';

registerToolkit();
const root = document.getElementById('app');
if (root) {
  keepFocus(root);
  render(<App host={connectPanel()} bootstrap={panelBootstrap()} />, root);
}
