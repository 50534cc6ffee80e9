// SPDX-License-Identifier: MIT
/* The same under the name scsi_tgt: our module as if it had no telemetry. */
#include "fake_tgt.c"
