/** Who calls, and what they may do: one table of rules, and the filter that holds every request to it. */
package org.retinue.security;
