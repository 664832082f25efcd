/* SPDX-License-Identifier: BSD-3-Clause */
// SRCS: stack/core/drop.c
#include "test.h"
#include "core/drop.h"

TEST(drop, every_reason_has_a_name_of_its_own)
{
	for (u32 i = 0; i < DROP_REASON_NR; i++) {
		const char *name = drop_reason_name((enum drop_reason)i);

		assert_non_null(name);
		assert_true(strlen(name) > 3);
		for (u32 k = 0; k < i; k++)
			assert_string_not_equal(
				name, drop_reason_name((enum drop_reason)k));
	}
}

TEST(drop, names_are_those_of_the_enum)
{
	assert_string_equal(drop_reason_name(DROP_RX_NO_BUFFER),
			    "RX_NO_BUFFER");
	assert_string_equal(drop_reason_name(DROP_NOMEM), "NOMEM");
}

TEST(drop, number_that_is_no_reason_is_printed_as_a_question)
{
	assert_string_equal(drop_reason_name(DROP_REASON_NR), "?");
	assert_string_equal(drop_reason_name((enum drop_reason)1000), "?");
}

TEST(drop, each_reason_has_its_counter)
{
	drop_count(DROP_IP_CSUM);
	drop_count(DROP_IP_CSUM);
	drop_count(DROP_NOMEM);
	for (u32 i = 0; i < DROP_REASON_NR; i++)
		assert_int_equal(drop_counts[i], i == DROP_IP_CSUM ? 2
						 : i == DROP_NOMEM ? 1
								   : 0);
}
