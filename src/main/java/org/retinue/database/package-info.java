/** PostgreSQL as the service meets it: where it is, the one that comes along, and what its failures mean. */
package org.retinue.database;
