"""Who is answered what: the contract's word, written down by hand and never from what the code answers.

How the contract was read where it speaks in general:

- Whoever must be signed in and is not: 401, whatever there is. A role or scope that an operation needs from
  everybody comes next: 403, whatever there is. Then what is hidden from the reader: 404. Then what shows to
  the reader, but is another's: 403. What the thing's state forbids is told last, to those who may: 409.
- Strangers see READY videos. Owners see their own in every state, but not once they are deleted. Moderators
  see all of them, and read what hangs on them; but nobody comments on or rates what is deleted. For what is
  answered alike to everybody ("-" in the contract, and views), all are strangers.
- A comment shows to whom its video shows, unless it is deleted by itself; then it shows to nobody, and
  moderators find it under /moderation.
- Changing one's video takes `videos:write`, which viewers lack: they may own one, since roles can be taken
  back. Changing one's comment takes `comments:write`, which every role gives.
"""

# Owners: "own" is the asker's, "another's" belongs to a creator who is none of the askers. States of videos:
# READY if none is said, deleted by their owner, removed by a moderator, pending, failed (in ERROR).
TABLE = """
operation                   what is asked for           anonymous viewer creator moderator admin

users_register              -                                 201    201     201       201   201
users_login                 an account                        200    200     200       200   200
users_login                 a suspended account               403    403     403       403   403
users_login                 an erased account                 401    401     401       401   401
users_token                 an account                        200    200     200       200   200
users_token                 a suspended account               400    400     400       400   400
users_token                 an erased account                 400    400     400       400   400
users_logout                -                                 401    204     204       204   204
users_me                    own account                       401    200     200       200   200
users_me                    own suspended account               -    401     401       401   401
users_me                    own erased account                  -    401     401       401   401
users_update_me             own account                       401    200     200       200   200
users_change_password       own account                       401    204     204       204   204
users_erase_me              own account                       401    202     202       202   202
users_export_me             own account                       401    200     200       200   200
users_get                   own account                         -    200     200       200   200
users_get                   another's account                 200    200     200       200   200
users_get                   another's erased account          404    404     404       404   404
users_videos                own account                         -    200     200       200   200
users_videos                another's account                 200    200     200       200   200
users_videos                another's erased account          404    404     404       404   404
users_comments              own account                         -    200     200       200   200
users_comments              another's account                 200    200     200       200   200
users_comments              another's erased account          404    404     404       404   404
users_activity              own account                         -    200     200       200   200
users_activity              another's account                 401    403     403       200   200
users_activity              another's erased account          401    404     404       404   404

videos_submit               -                                 401    403     202       202   202
videos_preview              -                                 200    200     200       200   200
videos_retry                own failed video                    -    403     202       202   202
videos_retry                another's failed video            401    404     404       202   202
videos_retry                own video                           -    403     409       409   409
videos_retry                another's video                   401    403     403       409   409
videos_retry                own deleted video                   -    404     404       409   409
videos_retry                another's deleted video           401    404     404       409   409
videos_get                  own video                           -    200     200       200   200
videos_get                  another's video                   200    200     200       200   200
videos_get                  own pending video                   -    200     200       200   200
videos_get                  another's pending video           404    404     404       200   200
videos_get                  own deleted video                   -    404     404       200   200
videos_get                  another's deleted video           404    404     404       200   200
videos_update               own video                           -    403     200       200   200
videos_update               another's video                   401    403     403       200   200
videos_update               own pending video                   -    403     200       200   200
videos_update               another's pending video           401    404     404       200   200
videos_update               own deleted video                   -    404     404       200   200
videos_update               another's deleted video           401    404     404       200   200
videos_delete               own video                           -    403     204       204   204
videos_delete               another's video                   401    403     403       204   204
videos_delete               another's pending video           401    404     404       204   204
videos_delete               own deleted video                   -    404     404       204   204
videos_delete               another's deleted video           401    404     404       204   204
videos_restore              own video                           -    403     409       409   409
videos_restore              another's video                   401    403     403       403   403
videos_restore              own deleted video                   -    403     200       200   200
videos_restore              another's deleted video           401    404     404       403   403
videos_restore              own removed video                   -    403     409       409   409
videos_status               own video                           -    200     200       200   200
videos_status               another's video                   401    403     403       200   200
videos_status               own pending video                   -    200     200       200   200
videos_status               another's pending video           401    404     404       200   200
videos_status               own deleted video                   -    404     404       200   200
videos_status               another's deleted video           401    404     404       200   200
videos_view                 own video                           -    204     204       204   204
videos_view                 another's video                   204    204     204       204   204
videos_view                 own pending video                   -    404     404       404   404
videos_view                 another's pending video           404    404     404       404   404
videos_view                 own deleted video                   -    404     404       404   404
videos_view                 another's deleted video           404    404     404       404   404
videos_watch_time           own video                           -    204     204       204   204
videos_watch_time           another's video                   401    204     204       204   204
videos_watch_time           own pending video                   -    404     404       404   404
videos_watch_time           another's pending video           401    404     404       404   404
videos_watch_time           own deleted video                   -    404     404       404   404
videos_watch_time           another's deleted video           401    404     404       404   404
videos_latest               -                                 200    200     200       200   200
videos_by_tag               -                                 200    200     200       200   200
videos_trending             -                                 200    200     200       200   200

pictures_get                own picture                         -    200     200       200   200
pictures_get                another's picture                 200    200     200       200   200
pictures_get                own pending picture                 -    200     200       200   200
pictures_get                another's pending picture         404    404     404       200   200
pictures_get                own failed picture                  -    200     200       200   200
pictures_get                own deleted picture                 -    404     404       200   200
pictures_get                another's deleted picture         404    404     404       200   200
pictures_get                another's removed picture         404    404     404       200   200
streams_master              own stream                          -    200     200       200   200
streams_master              another's stream                  200    200     200       200   200
streams_master              own pending stream                  -    200     200       200   200
streams_master              another's pending stream          404    404     404       200   200
streams_master              own failed stream                   -    200     200       200   200
streams_master              own deleted stream                  -    404     404       200   200
streams_master              another's deleted stream          404    404     404       200   200
streams_master              another's removed stream          404    404     404       200   200
streams_master              own video                           -    404     404       404   404
streams_file                own stream                          -    200     200       200   200
streams_file                another's stream                  200    200     200       200   200
streams_file                own pending stream                  -    200     200       200   200
streams_file                another's pending stream          404    404     404       200   200
streams_file                own failed stream                   -    200     200       200   200
streams_file                own deleted stream                  -    404     404       200   200
streams_file                another's deleted stream          404    404     404       200   200
streams_file                another's removed stream          404    404     404       200   200
streams_file                own video                           -    404     404       404   404
streams_storyboard          own stream                          -    200     200       200   200
streams_storyboard          another's stream                  200    200     200       200   200
streams_storyboard          own pending stream                  -    200     200       200   200
streams_storyboard          another's pending stream          404    404     404       200   200
streams_storyboard          own failed stream                   -    200     200       200   200
streams_storyboard          own deleted stream                  -    404     404       200   200
streams_storyboard          another's deleted stream          404    404     404       200   200
streams_storyboard          another's removed stream          404    404     404       200   200
streams_storyboard          own video                           -    404     404       404   404
streams_subtitle_playlist   own stream                          -    200     200       200   200
streams_subtitle_playlist   another's stream                  200    200     200       200   200
streams_subtitle_playlist   own pending stream                  -    200     200       200   200
streams_subtitle_playlist   another's pending stream          404    404     404       200   200
streams_subtitle_playlist   own failed stream                   -    200     200       200   200
streams_subtitle_playlist   own deleted stream                  -    404     404       200   200
streams_subtitle_playlist   another's deleted stream          404    404     404       200   200
streams_subtitle_playlist   another's removed stream          404    404     404       200   200
streams_subtitle_playlist   own video                           -    404     404       404   404
streams_subtitles           own stream                          -    200     200       200   200
streams_subtitles           another's stream                  200    200     200       200   200
streams_subtitles           own pending stream                  -    200     200       200   200
streams_subtitles           another's pending stream          404    404     404       200   200
streams_subtitles           own failed stream                   -    200     200       200   200
streams_subtitles           own deleted stream                  -    404     404       200   200
streams_subtitles           another's deleted stream          404    404     404       200   200
streams_subtitles           another's removed stream          404    404     404       200   200
streams_subtitles           own video                           -    404     404       404   404
captions_list               own captions                        -    200     200       200   200
captions_list               another's captions                200    200     200       200   200
captions_list               own pending captions                -    200     200       200   200
captions_list               another's pending captions        404    404     404       200   200
captions_list               own deleted captions                -    404     404       200   200
captions_list               another's deleted captions        404    404     404       200   200
captions_get                own captions                        -    200     200       200   200
captions_get                another's captions                200    200     200       200   200
captions_get                own video                           -    404     404       404   404
captions_get                own pending captions                -    200     200       200   200
captions_get                another's pending captions        404    404     404       200   200
captions_get                own deleted captions                -    404     404       200   200
captions_get                another's deleted captions        404    404     404       200   200
captions_put                own video                           -    403     200       200   200
captions_put                own captions                        -    403     200       200   200
captions_put                another's captions                401    403     403       200   200
captions_put                own pending captions                -    403     200       200   200
captions_put                another's pending captions        401    404     404       200   200
captions_put                own deleted captions                -    404     404       200   200
captions_put                another's deleted captions        401    404     404       200   200
captions_delete             own captions                        -    403     204       204   204
captions_delete             own video                           -    403     404       404   404
captions_delete             another's captions                401    403     403       204   204
captions_delete             another's pending captions        401    404     404       204   204
captions_delete             own deleted captions                -    404     404       204   204
captions_delete             another's deleted captions        401    404     404       204   204
translations_get            own translation                     -    200     200       200   200
translations_get            another's translation             200    200     200       200   200
translations_get            another's video                   404    404     404       404   404
translations_get            own pending translation             -    200     200       200   200
translations_get            another's pending translation     404    404     404       200   200
translations_get            own deleted translation             -    404     404       200   200
translations_get            another's deleted translation     404    404     404       200   200

comments_create             own video                           -    201     201       201   201
comments_create             another's video                   401    201     201       201   201
comments_create             own pending video                   -    409     409       409   409
comments_create             another's pending video           401    404     404       409   409
comments_create             own deleted video                   -    404     404       409   409
comments_create             another's deleted video           401    404     404       409   409
comments_list               own video                           -    200     200       200   200
comments_list               another's video                   200    200     200       200   200
comments_list               own pending video                   -    409     409       409   409
comments_list               another's pending video           404    404     404       409   409
comments_list               own deleted video                   -    404     404       200   200
comments_list               another's deleted video           404    404     404       200   200
comments_update             own comment                         -    200     200       200   200
comments_update             another's comment                 401    403     403       200   200
comments_update             own deleted comment                 -    404     404       404   404
comments_update             another's deleted comment         401    404     404       404   404
comments_update             own comment on a deleted video      -    404     404       200   200
comments_delete             own comment                         -    204     204       204   204
comments_delete             another's comment                 401    403     403       204   204
comments_delete             own deleted comment                 -    404     404       404   404
comments_delete             another's deleted comment         401    404     404       404   404
comments_delete             own comment on a deleted video      -    404     404       204   204

ratings_put                 own video                           -    200     200       200   200
ratings_put                 another's video                   401    200     200       200   200
ratings_put                 own pending video                   -    409     409       409   409
ratings_put                 another's pending video           401    404     404       409   409
ratings_put                 own deleted video                   -    404     404       409   409
ratings_put                 another's deleted video           401    404     404       409   409
ratings_get                 own video                           -    200     200       200   200
ratings_get                 another's video                   200    200     200       200   200
ratings_get                 own pending video                   -    200     200       200   200
ratings_get                 another's pending video           404    404     404       200   200
ratings_get                 own deleted video                   -    404     404       200   200
ratings_get                 another's deleted video           404    404     404       200   200
ratings_withdraw            own video                           -    204     204       204   204
ratings_withdraw            another's video                   401    204     204       204   204
ratings_withdraw            own deleted video                   -    404     404       204   204
ratings_withdraw            another's deleted video           401    404     404       204   204
rating_put                  own video                           -    204     204       204   204
rating_put                  another's video                   401    204     204       204   204
rating_put                  own pending video                   -    409     409       409   409
rating_put                  another's pending video           401    404     404       409   409
rating_put                  own deleted video                   -    404     404       409   409
rating_put                  another's deleted video           401    404     404       409   409
rating_get                  own video                           -    200     200       200   200
rating_get                  another's video                   200    200     200       200   200
rating_get                  own pending video                   -    409     409       409   409
rating_get                  another's pending video           404    404     404       409   409
rating_get                  own deleted video                   -    404     404       200   200
rating_get                  another's deleted video           404    404     404       200   200

videos_related              own video                           -    200     200       200   200
videos_related              another's video                   200    200     200       200   200
videos_related              own pending video                   -    404     404       404   404
videos_related              own deleted video                   -    404     404       404   404
videos_related              another's deleted video           404    404     404       404   404
recommendations_for_you     -                                 401    200     200       200   200
vectors_ingest              own video                           -    403     202       202   202
vectors_ingest              another's video                   401    403     403       202   202
vectors_ingest              another's pending video           401    404     404       202   202
vectors_ingest              own deleted video                   -    404     404       202   202
vectors_ingest              another's deleted video           401    404     404       202   202
search_videos               -                                 200    200     200       200   200
search_answers              -                                 200    200     200       200   200
search_passages             -                                 200    200     200       200   200
tags_suggest                -                                 200    200     200       200   200

flags_create                own video                           -    201     201       201   201
flags_create                another's video                   401    201     201       201   201
flags_create                another's pending video           401    404     404       201   201
flags_create                own deleted video                   -    404     404       201   201
flags_create                another's deleted video           401    404     404       201   201
flags_create                own comment                         -    201     201       201   201
flags_create                another's comment                 401    201     201       201   201
flags_create                own deleted comment                 -    404     404       404   404
flags_create                another's deleted comment         401    404     404       404   404
flags_create_on_video       own video                           -    201     201       201   201
flags_create_on_video       another's video                   401    201     201       201   201
flags_create_on_video       another's pending video           401    404     404       201   201
flags_create_on_video       own deleted video                   -    404     404       201   201
flags_create_on_video       another's deleted video           401    404     404       201   201
flags_on_video              own video                           -    403     403       200   200
flags_on_video              another's video                   401    403     403       200   200
flags_on_video              own deleted video                   -    403     403       200   200
flags_on_video              another's deleted video           401    403     403       200   200
flags_list                  -                                 401    403     403       200   200
flags_get                   own flag                            -    403     403       200   200
flags_get                   another's flag                    401    403     403       200   200
flags_get                   another's flag on a deleted video 401    403     403       200   200
flags_read_reason           own flag                            -    403     403       403   200
flags_read_reason           another's flag                    401    403     403       403   200
flags_read_reason           another's flag on a deleted video 401    403     403       403   200
flags_act                   own flag                            -    403     403       200   200
flags_act                   another's flag                    401    403     403       200   200
flags_act                   another's resolved flag           401    403     403       409   409
flags_act                   another's flag on a deleted video 401    403     403       200   200
flags_update                own flag                            -    403     403       200   200
flags_update                another's flag                    401    403     403       200   200
flags_update                another's resolved flag           401    403     403       409   409
flags_update                another's flag on a deleted video 401    403     403       200   200

moderation_users            -                                 401    403     403       200   200
moderation_assign_moderator own account                         -    403     403       200   200
moderation_assign_moderator another's account                 401    403     403       200   200
moderation_assign_moderator another's erased account          401    403     403       404   404
moderation_revoke_moderator own account                         -    403     403       200   409
moderation_revoke_moderator another's account                 401    403     403       200   200
moderation_revoke_moderator another's erased account          401    403     403       404   404
moderation_suspend          own account                         -    403     403       409   409
moderation_suspend          another's account                 401    403     403       200   200
moderation_suspend          another's suspended account       401    403     403       409   409
moderation_suspend          another's erased account          401    403     403       404   404
moderation_reinstate        own account                         -    403     403       409   409
moderation_reinstate        another's account                 401    403     403       409   409
moderation_reinstate        another's suspended account       401    403     403       200   200
moderation_reinstate        another's erased account          401    403     403       404   404
moderation_restore_video    own removed video                   -    403     403       200   200
moderation_restore_video    another's removed video           401    403     403       200   200
moderation_restore_video    another's deleted video           401    403     403       409   409
moderation_restore_video    another's video                   401    403     403       409   409
moderation_restore_comment  own removed comment                 -    403     403       200   200
moderation_restore_comment  another's removed comment         401    403     403       200   200
moderation_restore_comment  another's deleted comment         401    403     403       409   409
moderation_restore_comment  another's comment                 401    403     403       409   409
moderation_removed          -                                 401    403     403       200   200
moderation_audit            -                                 401    403     403       200   200

uploads_abilities           -                                 204    204     204       204   204
uploads_create              -                                 401    403     201       201   201
uploads_offset              own upload                          -    403     200       200   200
uploads_offset              another's upload                  401    403     404       404   404
uploads_append              own upload                          -    403     204       204   204
uploads_append              another's upload                  401    403     404       404   404
uploads_append              own complete upload                 -    403     409       409   409
uploads_terminate           own upload                          -    403     204       204   204
uploads_terminate           own complete upload                 -    403     403       403   403
uploads_terminate           another's upload                  401    403     404       404   404

experiments_list            -                                 401    403     403       403   200
experiments_create          -                                 401    403     403       403   201
experiments_get             an experiment                     401    403     403       403   200
experiments_get             an unknown experiment             401    403     403       403   404
experiments_update          an experiment                     401    403     403       403   200
experiments_update          an unknown experiment             401    403     403       403   404
experiments_report          an experiment                     401    403     403       403   200
experiments_report          an unknown experiment             401    403     403       403   404

home                        -                                 200    200     200       200   200
health_live                 -                                 200    200     200       200   200
health_ready                -                                 200    200     200       200   200
"""
