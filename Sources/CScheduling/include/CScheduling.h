// What a thread asks of the system's scheduler, which Swift has no words for.

#ifndef CSCHEDULING_H
#define CSCHEDULING_H

/// Names the calling thread, in at most 15 bytes, and asks that it is run soon after it is woken.
///
/// On Linux (from 6.12 on) it asks for short slices of time: a thread that is woken then gets its turn before others have
/// used up theirs, and over time has no more of the processor than before. Elsewhere, and where the system refuses, the
/// thread only has its name. A null name keeps the one it has.
void cscheduling_wait_little(const char *name);

#endif
