/** Who follows whom: the association between users, its two sides, and the one statement that changes both. */
package org.retinue.follow;
