/** The one reader of the change log, over a store in memory. */
package io.portolan.central.feed;
