/**
 * Disaster-recovery policy, fences and evidence. Values only; the rules are the module {@code
 * dr-policies}.
 */
@NullMarked
package io.portolan.model.dr;

import org.jspecify.annotations.NullMarked;
