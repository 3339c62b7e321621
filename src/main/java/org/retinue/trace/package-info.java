/** What an operator sees of one request: its id in log lines, and its span, once traces are wanted. */
package org.retinue.trace;
