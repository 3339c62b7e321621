/** Group commit for callers: those that arrive at the same time share one statement. Knows nothing of what they ask. */
package org.retinue.coalesce;
