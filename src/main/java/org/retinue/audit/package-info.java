/** The truths of the graph, and how to check them. */
package org.retinue.audit;
