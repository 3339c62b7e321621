/** Who there is: users, their names and profiles. */
package org.retinue.user;
