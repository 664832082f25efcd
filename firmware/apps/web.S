/* SPDX-License-Identifier: BSD-3-Clause */
/* The status page that httpd.c serves, as it lies in web/. */
	.section .rodata.web_index_html, "a"
	.global web_index_html, web_index_html_end
web_index_html:
	.incbin "firmware/apps/web/index.html"
web_index_html_end:
	.section .note.GNU-stack, "", %progbits
