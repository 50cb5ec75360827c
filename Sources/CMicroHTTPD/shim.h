#include <microhttpd.h>
#include <netinet/in.h>
#include <sys/socket.h>

// Swift calls no function that takes its arguments in any number, so that the two which do have a form here.

/// What a daemon is allowed.
struct latent_http_limits {
  unsigned connections;
  unsigned connections_of_one;
  unsigned idle_seconds;
  size_t header_bytes;
};

/// Listens on an address; the daemon calls `handler` and `completed` from a thread of its own.
static inline struct MHD_Daemon *latent_http_start(
  const struct sockaddr *address, unsigned flags, struct latent_http_limits limits,
  MHD_AccessHandlerCallback handler, MHD_RequestCompletedCallback completed, void *context) {
  return MHD_start_daemon(
    flags, 0, NULL, NULL, handler, context, MHD_OPTION_SOCK_ADDR, address,
    MHD_OPTION_NOTIFY_COMPLETED, completed, context,
    MHD_OPTION_CONNECTION_LIMIT, limits.connections,
    MHD_OPTION_PER_IP_CONNECTION_LIMIT, limits.connections_of_one,
    MHD_OPTION_CONNECTION_TIMEOUT, limits.idle_seconds,
    MHD_OPTION_CONNECTION_MEMORY_LIMIT, limits.header_bytes, MHD_OPTION_STRICT_FOR_CLIENT, 1,
    MHD_OPTION_END);
}

/// The port that a daemon listens on; 0 where it does not say.
static inline uint16_t latent_http_port(struct MHD_Daemon *daemon) {
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
  return info ? info->port : 0;
}
