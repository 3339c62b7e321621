/** What resources answer with, and by when. */
package org.retinue.rest;
