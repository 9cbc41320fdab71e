import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LinkPreview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.CharField(max_length=2000)),
                ('url_hash', models.CharField(max_length=64, unique=True)),
                ('title', models.CharField(blank=True, max_length=200)),
                ('description', models.CharField(blank=True, max_length=400)),
                ('site_name', models.CharField(blank=True, max_length=100)),
                ('image', models.FileField(blank=True, db_index=True, max_length=120, upload_to='previews')),
                ('image_width', models.PositiveIntegerField(default=0)),
                ('image_height', models.PositiveIntegerField(default=0)),
                ('fetched_at', models.DateTimeField(null=True)),
                ('failed_at', models.DateTimeField(null=True)),
                ('claimed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('photo', 'Photo'), ('video', 'Video'), ('voice', 'Voice note'), ('audio', 'Audio'), ('file', 'File')], max_length=5)),
                ('state', models.CharField(choices=[('processing', 'Processing'), ('ready', 'Ready'), ('failed', 'Failed')], default='processing', max_length=10)),
                ('file', models.FileField(max_length=160, upload_to='files')),
                ('name', models.CharField(max_length=200)),
                ('mime', models.CharField(max_length=100)),
                ('size', models.BigIntegerField()),
                ('width', models.PositiveIntegerField(default=0)),
                ('height', models.PositiveIntegerField(default=0)),
                ('duration_ms', models.PositiveIntegerField(default=0)),
                ('waveform', models.JSONField(blank=True, default=list)),
                ('sizes', models.JSONField(blank=True, default=dict)),
                ('thumb', models.TextField(blank=True, default='')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='attachments', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['created_at'], name='attachment_by_age')],
            },
        ),
        migrations.CreateModel(
            name='Chat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('direct', 'Direct chat'), ('group', 'Group'), ('channel', 'Channel'), ('saved', 'Saved messages')], max_length=8)),
                ('title', models.CharField(blank=True, max_length=128)),
                ('description', models.CharField(blank=True, max_length=500)),
                ('handle', models.CharField(blank=True, max_length=32, null=True, unique=True, validators=[django.core.validators.RegexValidator('^[a-z][a-z0-9_]{2,31}$')])),
                ('photo', models.FileField(blank=True, db_index=True, max_length=120, upload_to='chat-photos')),
                ('pair_key', models.CharField(editable=False, max_length=41, null=True, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('deleted_at', models.DateTimeField(blank=True, null=True)),
                ('last_seq', models.BigIntegerField(db_default=0, default=0)),
                ('modseq', models.BigIntegerField(db_default=0, default=0)),
                ('info_modseq', models.BigIntegerField(db_default=0, default=0)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('member_count', models.PositiveIntegerField(default=0)),
                ('slow_mode_seconds', models.PositiveIntegerField(default=0)),
                ('default_rights', models.IntegerField(default=0)),
                ('is_history_visible', models.BooleanField(default=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('deleted_at__isnull', False)), fields=['deleted_at'], name='chat_deleted')],
            },
        ),
        migrations.CreateModel(
            name='Folder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=24)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='folders', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['position', 'id'],
                'constraints': [models.UniqueConstraint(fields=('owner', 'name'), name='folder_name_once')],
            },
        ),
        migrations.CreateModel(
            name='Invite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(max_length=32, unique=True)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('max_uses', models.PositiveIntegerField(blank=True, null=True)),
                ('use_count', models.PositiveIntegerField(default=0)),
                ('needs_approval', models.BooleanField(default=False)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('chat', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invites', to='messenger.chat')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('max_uses__isnull', True), ('use_count__lte', models.F('max_uses')), _connector='OR'), name='invite_within_limit')],
            },
        ),
        migrations.CreateModel(
            name='JoinRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('chat', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='join_requests', to='messenger.chat')),
                ('invite', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to='messenger.invite')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('chat', 'user'), name='join_request_once')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('admin', 'Admin'), ('member', 'Member')], default='member', max_length=6)),
                ('state', models.CharField(choices=[('active', 'Member'), ('left', 'Left'), ('removed', 'Removed'), ('banned', 'Banned')], default='active', max_length=7)),
                ('rights', models.IntegerField(default=0)),
                ('joined_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('modseq', models.BigIntegerField(default=0)),
                ('joined_seq', models.BigIntegerField(default=0)),
                ('read_seq', models.BigIntegerField(default=0)),
                ('delivered_seq', models.BigIntegerField(default=0)),
                ('last_sent_at', models.DateTimeField(null=True)),
                ('fact_seq', models.BigIntegerField(default=0)),
                ('changed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('muted_until', models.DateTimeField(null=True)),
                ('pinned_rank', models.PositiveSmallIntegerField(default=0)),
                ('is_archived', models.BooleanField(default=False)),
                ('is_marked_unread', models.BooleanField(db_default=False, default=False)),
                ('draft_text', models.TextField(blank=True, default='')),
                ('draft_reply_to', models.BigIntegerField(null=True)),
                ('draft_at', models.DateTimeField(null=True)),
                ('chat', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='messenger.chat')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['user', 'state'], name='membership_of_user')],
                'constraints': [models.UniqueConstraint(fields=('chat', 'user'), name='membership_once'), models.CheckConstraint(condition=models.Q(('read_seq__gte', 0)), name='membership_read_seq_from_0')],
            },
        ),
        migrations.CreateModel(
            name='FolderEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('folder', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='messenger.folder')),
                ('membership', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='folder_entries', to='messenger.membership')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('folder', 'membership'), name='folder_entry_once')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.BigIntegerField()),
                ('modseq', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('text', 'Message'), ('service', 'Service message'), ('card', 'Card')], default='text', max_length=7)),
                ('client_id', models.UUIDField(null=True)),
                ('request_hash', models.CharField(blank=True, default='', max_length=64)),
                ('text', models.TextField(blank=True, default='')),
                ('entities', models.JSONField(blank=True, default=list)),
                ('reply', models.JSONField(blank=True, null=True)),
                ('reply_seq', models.BigIntegerField(null=True)),
                ('forward', models.JSONField(blank=True, null=True)),
                ('service', models.JSONField(blank=True, null=True)),
                ('card_kind', models.CharField(blank=True, default='', max_length=16)),
                ('card_id', models.BigIntegerField(null=True)),
                ('card_snapshot', models.JSONField(blank=True, null=True)),
                ('has_preview_removed', models.BooleanField(default=False)),
                ('is_silent', models.BooleanField(default=False)),
                ('pinned_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('edited_at', models.DateTimeField(null=True)),
                ('deleted_at', models.DateTimeField(null=True)),
                ('chat', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='messenger.chat')),
                ('pinned_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('preview', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='messages', to='messenger.linkpreview')),
                ('sender', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='messages', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['chat', 'modseq'], name='message_changes'), models.Index(condition=models.Q(('reply_seq__isnull', False)), fields=['chat', 'reply_seq'], name='message_replies'), models.Index(condition=models.Q(('pinned_at__isnull', False)), fields=['chat', '-pinned_at'], name='message_pinned')],
                'constraints': [models.UniqueConstraint(fields=('chat', 'seq'), name='message_seq_once'), models.UniqueConstraint(fields=('sender', 'client_id'), name='message_client_id_once')],
            },
        ),
        migrations.CreateModel(
            name='Mention',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.BigIntegerField()),
                ('chat', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='messenger.chat')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mentions', to='messenger.message')),
            ],
            options={
                'indexes': [models.Index(fields=['user', 'chat', 'seq'], name='mention_of_user')],
                'constraints': [models.UniqueConstraint(fields=('message', 'user'), name='mention_once')],
            },
        ),
        migrations.CreateModel(
            name='HiddenMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.BigIntegerField()),
                ('fact_seq', models.BigIntegerField()),
                ('chat', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='messenger.chat')),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='messenger.message')),
            ],
            options={
                'indexes': [models.Index(fields=['user', 'chat', 'seq'], name='hidden_of_user'), models.Index(fields=['user', 'fact_seq'], name='hidden_facts')],
                'constraints': [models.UniqueConstraint(fields=('user', 'message'), name='hidden_once')],
            },
        ),
        migrations.CreateModel(
            name='MessageAttachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('attachment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='message_links', to='messenger.attachment')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachment_links', to='messenger.message')),
            ],
            options={
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(fields=('message', 'attachment'), name='attached_once')],
            },
        ),
        migrations.CreateModel(
            name='Reaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('emoji', models.CharField(max_length=32)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reactions', to='messenger.message')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('message', 'user', 'emoji'), name='reaction_once')],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=200)),
                ('size', models.BigIntegerField()),
                ('received', models.BigIntegerField(default=0)),
                ('wanted_kind', models.CharField(choices=[('photo', 'Photo'), ('video', 'Video'), ('voice', 'Voice note'), ('audio', 'Audio'), ('file', 'File')], default='file', max_length=5)),
                ('meta', models.JSONField(blank=True, default=dict)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('touched_at', models.DateTimeField(auto_now=True)),
                ('attachment', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='upload', to='messenger.attachment')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uploads', to=settings.AUTH_USER_MODEL)),
            ],
        ),
    ]
