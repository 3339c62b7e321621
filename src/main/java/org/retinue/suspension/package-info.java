/** Users who are suspended: their follows leave every list and count, and come back when they are restored. */
package org.retinue.suspension;
