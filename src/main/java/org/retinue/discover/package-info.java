/** Whom a user might follow, and how users are connected. */
package org.retinue.discover;
