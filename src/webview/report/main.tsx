import { render } from 'preact';
import { keepFocus } from '../common/keepFocus.js';
import './styles/index.css';
import { ReportApp } from './ReportApp.js';
import { connectReport, reportBootstrap } from './reportHost.js';

const root = document.getElementById('app');
const bootstrap = reportBootstrap();
if (root) {
  keepFocus(root);
  render(<ReportApp host={connectReport(bootstrap)} bootstrap={bootstrap} />, root);
}
