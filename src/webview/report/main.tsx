import { render } from 'preact';
import './styles/index.css';
import { ReportApp } from './ReportApp.js';
import { connectReport, reportBootstrap } from './reportHost.js';

const root = document.getElementById('app');
const bootstrap = reportBootstrap();
if (root) render(<ReportApp host={connectReport(bootstrap)} bootstrap={bootstrap} />, root);
