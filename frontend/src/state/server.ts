/** The one client of the page. */

import { Client } from '../api/client';
import { base } from './base';
import { connection } from './connection.svelte';

export const server = new Client(base.href, connection);
