/** All else that holds between two users: requests, blocks and mutes, and the question of all of it at once. */
package org.retinue.relationship;
