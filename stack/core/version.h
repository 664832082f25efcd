/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * version - the release, as CHANGELOG.md names it
 */
#ifndef CORE_VERSION_H
#define CORE_VERSION_H

#define RINGPATH_VERSION "0.1.0"

#endif
