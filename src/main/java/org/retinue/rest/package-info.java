/** What resources answer with. */
package org.retinue.rest;
