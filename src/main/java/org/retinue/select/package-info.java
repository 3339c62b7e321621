/** Sets of users, and what is made of them by intersection, union and difference. */
package org.retinue.select;
