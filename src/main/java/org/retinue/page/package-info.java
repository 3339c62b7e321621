/** Parts of lists: cursors that stay valid while a list changes, and what a caller can ask of a page. */
package org.retinue.page;
