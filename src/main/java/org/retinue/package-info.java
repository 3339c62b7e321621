/** Retinue, a follow-graph service: how it starts, and what it expects of JSON. */
package org.retinue;
