// SPDX-License-Identifier: MIT

void lookup_put(void)
{
	struct session *s = session_lookup(1);

	if (s)
		session_put(s);
}

/* Nobody else runs: what is on the list is found. */
void lookup_alone(void)
{
	struct session *s = session_lookup(1);

	lastput_assert(s, "assert.expectation-fails", "a lookup that runs alone does not find a session that is on the list");
	if (s)
		session_put(s);
}

void remove(struct session *s)
{
	session_remove(s);
}
