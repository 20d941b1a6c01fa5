#ifndef SERVER_SYSTEM_THREAD_NAME_H_
#define SERVER_SYSTEM_THREAD_NAME_H_

#include <pthread.h>

namespace server {

// Names the calling thread for top, perf and debuggers. REQUIRES: at most 15 characters.
inline void NameThread(const char* name) { pthread_setname_np(pthread_self(), name); }

}  // namespace server

#endif  // SERVER_SYSTEM_THREAD_NAME_H_
