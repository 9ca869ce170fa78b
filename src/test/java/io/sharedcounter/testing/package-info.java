/** What the tests of all packages share. */
package io.sharedcounter.testing;
