/** Whole graphs, in and out: imports and exports, streamed. */
package org.retinue.transfer;
