/** Erasing users: they are gone at once, and what they leave in the graph goes in steps that anybody can go on with. */
package org.retinue.erasure;
