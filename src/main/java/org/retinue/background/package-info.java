/** What goes on when its caller has been answered, whichever service began it. */
package org.retinue.background;
