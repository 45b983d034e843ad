// SPDX-License-Identifier: MIT
/* Whoever is on the list has a reference of the list; a lookup holds none until it got one. */

static void session_release(struct kref *ref)
{
	struct session *s = container_of(ref, struct session, ref);

	kfree_rcu(s, rcu);
}

void session_put(struct session *s)
{
	kref_put(&s->ref, session_release);
}

struct session *session_lookup(int id)
{
	struct session *s;

	rcu_read_lock();
	list_for_each_entry_rcu(s, &sessions, node) {
		if (s->id != id)
			continue;
#if LOOKUP == UNLESS_ZERO
		if (!kref_get_unless_zero(&s->ref))
			continue;
#else
		kref_get(&s->ref);
#endif
		rcu_read_unlock();
		return s;
	}
	rcu_read_unlock();

	return NULL;
}

void session_remove(struct session *s)
{
	spin_lock(&sessions_lock);
	list_del_rcu(&s->node);
	spin_unlock(&sessions_lock);

	session_put(s);
}
