/* SPDX-License-Identifier: MIT */
struct session {
	struct list_head node;
	struct kref ref;
	struct rcu_head rcu;
	int id;
};

struct list_head sessions;
spinlock_t sessions_lock;
