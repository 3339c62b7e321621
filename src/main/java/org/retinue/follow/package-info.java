/** The association between users, its two sides, and the statement that changes both. */
package org.retinue.follow;
