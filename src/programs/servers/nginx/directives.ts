/** Names of the directives of nginx's modules in the official image. */

const BLOCKS = new Set(
  "http server location events upstream stream mail types map geo if limit_except split_clients match".split(" "),
);

const DIRECTIVES = new Set(
  (
    "absolute_redirect accept_mutex access_log add_after_body add_before_body add_header add_trailer addition_types aio alias allow " +
    "ancient_browser auth_basic auth_basic_user_file auth_delay auth_http auth_request auth_request_set autoindex " +
    "autoindex_exact_size autoindex_format autoindex_localtime break charset charset_types chunked_transfer_encoding " +
    "client_body_buffer_size client_body_in_file_only client_body_temp_path client_body_timeout client_header_buffer_size " +
    "client_header_timeout client_max_body_size connection_pool_size create_full_put_path daemon dav_access dav_methods " +
    "debug_connection debug_points default_type deny directio disable_symlinks empty_gif env error_log error_page etag " +
    "expires fastcgi_buffer_size fastcgi_buffering fastcgi_buffers fastcgi_cache fastcgi_connect_timeout fastcgi_hide_header " +
    "fastcgi_index fastcgi_intercept_errors fastcgi_param fastcgi_pass fastcgi_pass_header fastcgi_read_timeout " +
    "fastcgi_send_timeout fastcgi_split_path_info fastcgi_temp_path flv geoip_country grpc_pass grpc_set_header gunzip gzip " +
    "gzip_buffers gzip_comp_level gzip_disable gzip_http_version gzip_min_length gzip_proxied gzip_static gzip_types " +
    "gzip_vary hash health_check http2 http3 if_modified_since ignore_invalid_headers include index internal ip_hash " +
    "js_content js_import js_set keepalive keepalive_disable keepalive_requests keepalive_timeout large_client_header_buffers " +
    "least_conn limit_conn limit_conn_zone limit_rate limit_rate_after limit_req limit_req_status limit_req_zone lingering_close " +
    "listen load_module lock_file log_format log_not_found log_subrequest map_hash_bucket_size map_hash_max_size master_process " +
    "max_ranges memcached_pass merge_slashes mirror mirror_request_body more_set_headers msie_padding multi_accept open_file_cache " +
    "open_log_file_cache output_buffers pcre_jit pid port_in_redirect postpone_output preread_timeout proxy_bind proxy_buffer_size " +
    "proxy_buffering proxy_buffers proxy_busy_buffers_size proxy_cache proxy_cache_bypass proxy_cache_key proxy_cache_lock " +
    "proxy_cache_methods proxy_cache_path proxy_cache_use_stale proxy_cache_valid proxy_connect_timeout proxy_cookie_domain " +
    "proxy_cookie_path proxy_hide_header proxy_http_version proxy_ignore_client_abort proxy_ignore_headers proxy_intercept_errors " +
    "proxy_max_temp_file_size proxy_method proxy_next_upstream proxy_no_cache proxy_pass proxy_pass_header " +
    "proxy_pass_request_body proxy_pass_request_headers proxy_protocol proxy_read_timeout proxy_redirect " +
    "proxy_request_buffering proxy_responses proxy_send_timeout proxy_set_body proxy_set_header proxy_ssl_certificate " +
    "proxy_ssl_certificate_key proxy_ssl_name proxy_ssl_protocols proxy_ssl_server_name proxy_ssl_trusted_certificate " +
    "proxy_ssl_verify proxy_temp_path proxy_timeout random read_ahead real_ip_header real_ip_recursive recursive_error_pages " +
    "referer_hash_max_size request_pool_size reset_timedout_connection resolver resolver_timeout return rewrite rewrite_log root " +
    "satisfy scgi_pass scgi_temp_path secure_link secure_link_md5 send_timeout sendfile sendfile_max_chunk server_name " +
    "server_name_in_redirect server_names_hash_bucket_size server_names_hash_max_size server_tokens set set_real_ip_from slice " +
    "source_charset spdy_headers_comp ssi ssi_types ssl ssl_buffer_size ssl_certificate ssl_certificate_key ssl_ciphers " +
    "ssl_client_certificate ssl_dhparam ssl_ecdh_curve ssl_prefer_server_ciphers ssl_preread ssl_protocols ssl_session_cache " +
    "ssl_session_tickets ssl_session_timeout ssl_stapling ssl_stapling_verify ssl_trusted_certificate ssl_verify_client " +
    "ssl_verify_depth state stub_status sub_filter sub_filter_last_modified sub_filter_once sub_filter_types subrequest_output_buffer_size " +
    "tcp_nodelay tcp_nopush timer_resolution try_files types_hash_bucket_size types_hash_max_size underscores_in_headers " +
    "uninitialized_variable_warn use user userid uwsgi_param uwsgi_pass uwsgi_temp_path valid_referers variables_hash_bucket_size " +
    "variables_hash_max_size worker_aio_requests worker_connections worker_cpu_affinity worker_priority worker_processes " +
    "worker_rlimit_core worker_rlimit_nofile worker_shutdown_timeout working_directory xslt_stylesheet zone"
  ).split(" "),
);

export function isKnownDirective(name: string): boolean {
  return DIRECTIVES.has(name) || BLOCKS.has(name);
}

/** `server` is a block in `http` and a simple directive in `upstream`. */
export function mustHaveBlock(name: string): boolean {
  return BLOCKS.has(name) && name !== "server";
}
