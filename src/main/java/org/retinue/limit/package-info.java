/** What one caller may take of the service: how many requests a second, and how long it may take over each. */
package org.retinue.limit;
