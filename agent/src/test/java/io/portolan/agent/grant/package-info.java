@NullMarked
package io.portolan.agent.grant;

import org.jspecify.annotations.NullMarked;
