/** Applications and their components, and the status that the system gives them. Pure values. */
@NullMarked
package io.portolan.model.app;

import org.jspecify.annotations.NullMarked;
