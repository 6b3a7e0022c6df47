import { render } from 'preact';
import { keepFocus } from '../common/keepFocus.js';
import { registerToolkit } from '../toolkit/index.js';
import './styles/index.css';
import { connectTimeline, timelineBootstrap } from './timelineHost.js';
import { TimelineApp } from './TimelineApp.js';

registerToolkit();
const root = document.getElementById('app');
if (root) {
  keepFocus(root);
  render(<TimelineApp host={connectTimeline()} bootstrap={timelineBootstrap()} />, root);
}
